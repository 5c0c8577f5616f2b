package health.salus.upload;

import health.salus.blob.BlobOwner;
import health.salus.blob.DirectUrl;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UrlType;

import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Words the answers of {@link UploadOperations} as FHIR {@code Parameters}. */
final class UploadAnswers {

    private UploadAnswers() {}

    /** Where to put a whole upload, or to get a file: {@code method}, {@code url}, {@code expires}, {@code header}. */
    static Parameters of(DirectUrl.Signed address) {
        Parameters answer = new Parameters();
        describe(address).forEach(answer::addParameter);
        return answer;
    }

    /** One {@code part}: {@code number}, {@code size}, and where to put it. */
    static ParametersParameterComponent part(int number, long size, DirectUrl.Signed address) {
        ParametersParameterComponent part = new ParametersParameterComponent().setName("part");
        part.addPart().setName("number").setValue(new IntegerType(number));
        part.addPart().setName("size").setValue(new DecimalType(size));
        describe(address).forEach(part::addPart);
        return part;
    }

    /** What a completed upload has become: a reference to each of its owners, {@code binary} first. */
    static Parameters of(Collection<BlobOwner> owners) {
        Parameters answer = new Parameters();
        for (String type : List.of("Binary", "DocumentReference")) {
            owners.stream()
                    .filter(owner -> owner.resourceType().equals(type) && owner.version() == 1)
                    .forEach(owner -> answer.addParameter()
                            .setName(type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1))
                            .setValue(new Reference(type + "/" + owner.resourceId())));
        }
        return answer;
    }

    private static List<ParametersParameterComponent> describe(DirectUrl.Signed address) {
        ParametersParameterComponent headers = new ParametersParameterComponent().setName("header");
        address.headers()
                .forEach((name, value) -> headers.addPart().setName(name).setValue(new StringType(value)));
        List<ParametersParameterComponent> fixed = List.of(
                new ParametersParameterComponent().setName("method").setValue(new StringType(address.method())),
                new ParametersParameterComponent()
                        .setName("url")
                        .setValue(new UrlType(address.url().toString())),
                new ParametersParameterComponent()
                        .setName("expires")
                        .setValue(new InstantType(Date.from(address.expires()))));
        return headers.hasPart()
                ? Stream.concat(fixed.stream(), Stream.of(headers)).toList()
                : fixed;
    }
}
