package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What may name a blob, and what may not. */
class BlobNamesTest {

    private static final String OBJECT = "0f0e0d0c-0b0a-4009-8807-060504030201";

    @Test
    void keyIsTheTenantTheShardAndTheObject() {
        BlobKey key = new BlobKey(new TenantId("north"), UUID.fromString(OBJECT));

        assertThat(key.value()).isEqualTo("north/0f/" + OBJECT);
        assertThat(BlobKey.parse(key.value())).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../0f/" + OBJECT,
                "north/../" + OBJECT,
                "north/0f/../" + OBJECT,
                "north/0f/..",
                "/north/0f/" + OBJECT,
                "north//0f/" + OBJECT,
                "north/0e/" + OBJECT,
                "north/0f/" + OBJECT + "/",
                "north/0f/" + OBJECT + "\n",
                "north\\0f\\" + OBJECT,
                "North/0f/" + OBJECT,
                "metadata/0f/" + OBJECT,
                "north/0f/0F0E0D0C-0B0A-4009-8807-060504030201"
            })
    void anyOtherTextIsNoKey(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BlobKey.parse(text));
    }

    @Test
    void keysAreRandom() {
        assertThat(BlobKey.random(TenantId.DEFAULT)).isNotEqualTo(BlobKey.random(TenantId.DEFAULT));
    }

    @Test
    void idIsACanonicalUuid() {
        assertThat(BlobId.parse(OBJECT)).contains(new BlobId(UUID.fromString(OBJECT)));
        assertThat(new BlobId(UUID.fromString(OBJECT))).hasToString(OBJECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1-1-1-1-1",
                "0F0E0D0C-0B0A-4009-8807-060504030201",
                "0f0e0d0c0b0a40098807060504030201",
                OBJECT + "\n",
                " " + OBJECT,
                "{" + OBJECT + "}"
            })
    void anyOtherTextIsNoId(String text) {
        assertThat(BlobId.parse(text)).isEmpty();
    }

    @Test
    void stagingKeyIsReadAsItIsWritten() {
        StagingKey key = StagingKey.random(new TenantId("north"));

        assertThat(StagingKey.parse(key.value())).isEqualTo(key);
        assertThat(key.value()).startsWith("_staging/north/");
        assertThatIllegalArgumentException().isThrownBy(() -> StagingKey.parse("_staging/north/../" + OBJECT));
        assertThatIllegalArgumentException().isThrownBy(() -> StagingKey.parse("north/0f/" + OBJECT));
    }

    @Test
    void ownerHasATypeAnIdAndAVersion() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlobOwner("", "1", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlobOwner("Binary", " ", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlobOwner("Binary", "1", 0));
    }
}
