package health.salus.blob;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ByteRangeTest {

    @Test
    void inclusiveRangeCountsBothEnds() {
        assertThat(ByteRange.inclusive(2, 4)).isEqualTo(new ByteRange(2, 3));
        assertThat(new ByteRange(2, 3).last()).isEqualTo(4);
    }

    @Test
    void rangeFitsIfItsLastByteIsThere() {
        assertThat(new ByteRange(2, 3).fits(5)).isTrue();
        assertThat(new ByteRange(2, 3).fits(4)).isFalse();
        assertThat(new ByteRange(0, 1).fits(0)).isFalse();
    }

    @Test
    void rangeWithoutBytesOrBeforeTheStartOrPastCountingIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.inclusive(4, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(1, Long.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.inclusive(0, Long.MAX_VALUE));
    }
}
