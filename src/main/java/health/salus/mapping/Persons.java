package health.salus.mapping;

import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Address.AddressType;
import org.hl7.fhir.r4.model.Address.AddressUse;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointUse;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

import static java.util.stream.Collectors.joining;

/** Names, addresses and telephone numbers. */
final class Persons {

    private static final Map<String, NameUse> NAME_USES = Map.of(
            "L", NameUse.OFFICIAL,
            "D", NameUse.USUAL,
            "N", NameUse.NICKNAME,
            "M", NameUse.MAIDEN,
            "S", NameUse.ANONYMOUS,
            "T", NameUse.TEMP);
    private static final Map<String, AddressUse> ADDRESS_USES = Map.of(
            "H", AddressUse.HOME,
            "P", AddressUse.HOME,
            "B", AddressUse.WORK,
            "O", AddressUse.WORK,
            "C", AddressUse.TEMP,
            "BI", AddressUse.BILLING);
    private static final Map<String, ContactPointUse> TELECOM_USES = Map.of(
            "PRN", ContactPointUse.HOME,
            "ORN", ContactPointUse.HOME,
            "VHN", ContactPointUse.HOME,
            "WPN", ContactPointUse.WORK);
    private static final Map<String, ContactPointSystem> TELECOM_SYSTEMS = Map.of(
            "FX", ContactPointSystem.FAX,
            "BP", ContactPointSystem.PAGER,
            "Internet", ContactPointSystem.EMAIL,
            "X.400", ContactPointSystem.EMAIL);

    private static final Map<String, AddressType> ADDRESS_TYPES =
            Map.of("M", AddressType.POSTAL, "SH", AddressType.POSTAL);
    private static final String EXTENSION = "http://hl7.org/fhir/StructureDefinition/";
    private static final String CENSUS_TRACT = EXTENSION + "iso21090-ADXP-censusTract";
    // By component, in its order; the urls are those of FHIR's own extensions.
    private static final SortedMap<Integer, String> FAMILY_PARTS = new TreeMap<>(Map.of(
            2, EXTENSION + "humanname-own-prefix",
            3, EXTENSION + "humanname-own-name",
            4, EXTENSION + "humanname-partner-prefix",
            5, EXTENSION + "humanname-partner-name"));
    private static final SortedMap<Integer, String> STREET_PARTS = new TreeMap<>(
            Map.of(2, EXTENSION + "iso21090-ADXP-streetName", 3, EXTENSION + "iso21090-ADXP-houseNumber"));
    private static final SortedMap<Integer, String> TELECOM_PARTS = new TreeMap<>(Map.of(
            5, EXTENSION + "contactpoint-country",
            6, EXTENSION + "contactpoint-area",
            7, EXTENSION + "contactpoint-local",
            8, EXTENSION + "contactpoint-extension",
            9, EXTENSION + "contactpoint-comment"));

    private Persons() {}

    /** {@code name(PID-5)}: XPN. */
    static Expression name(Arguments arguments) {
        return Expression.each(HumanName.class, arguments.count(1, 1).source(0, Set.of("XPN")), Persons::toName);
    }

    /** {@code address(PID-11)}, {@code address(PID-11, PID-12)}: XAD, and the county where it names none. */
    static Expression address(Arguments arguments) {
        Source addresses = arguments.count(1, 2).source(0, Set.of("XAD"));
        Optional<Source> county = arguments.count() == 2 ? Optional.of(arguments.source(1)) : Optional.empty();
        return Expression.each(Address.class, addresses, (value, scope) -> {
            Optional<Address> address = toAddress(value, scope);
            address.filter(it -> !it.hasDistrict())
                    .ifPresent(it -> county.flatMap(source -> source.first(scope))
                            .ifPresent(name -> it.setDistrict(name.text())));
            return address;
        });
    }

    /** {@code place(PID-23)}: a place in words, as an address of nothing but a text. */
    static Expression place(Arguments arguments) {
        return Expression.each(
                Address.class,
                arguments.count(1, 1).source(0),
                (value, scope) ->
                        Optional.of(new Address().setText(value.whole().strip())));
    }

    /** {@code telecom(PID-13)}, {@code telecom(PID-14, work)}: XTN, and its use where it names none. */
    static Expression telecom(Arguments arguments) {
        Source source = arguments.count(1, 2).source(0, Set.of("XTN"));
        ContactPointUse use =
                arguments.optionalText(1).map(ContactPointUse::fromCode).orElse(null);
        return Expression.each(ContactPoint.class, source, (value, scope) -> toTelecom(value, use, scope));
    }

    private static Optional<HumanName> toName(V2Value value, Scope scope) {
        HumanName name = new HumanName();
        family(value.part(1)).ifPresent(name::setFamilyElement);
        ifValued(value.part(2)).ifPresent(name::addGiven);
        ifValued(value.part(3)).ifPresent(name::addGiven);
        ifValued(value.part(4)).ifPresent(name::addSuffix);
        ifValued(value.part(5)).ifPresent(name::addPrefix);
        ifValued(value.part(6)).ifPresent(name::addSuffix);
        ifValued(value.part(14)).ifPresent(name::addSuffix);
        Times.openPeriod(value.part(12), value.part(13), scope).ifPresent(name::setPeriod);
        return withUse(
                name,
                name.isEmpty(),
                () -> name.setUse(NAME_USES.get(value.part(7).text())));
    }

    /** FN: the surname as it is used, and the parts that it is made of. */
    private static Optional<StringType> family(V2Value value) {
        StringType family = new StringType(ifValued(value.part(1)).orElse(null));
        FAMILY_PARTS.forEach((part, url) -> ifValued(value.part(part))
                .ifPresent(text -> family.addExtension(new Extension(url, new StringType(text)))));
        return family.isEmpty() ? Optional.empty() : Optional.of(family);
    }

    /** SAD: the street address, and the name of the street and the number of the house where they stand alone. */
    private static Optional<StringType> street(V2Value value) {
        StringType line = new StringType(ifValued(value.part(1)).orElse(null));
        STREET_PARTS.forEach((part, url) -> ifValued(value.part(part))
                .ifPresent(text -> line.addExtension(new Extension(url, new StringType(text)))));
        return line.isEmpty() ? Optional.empty() : Optional.of(line);
    }

    private static Optional<Address> toAddress(V2Value value, Scope scope) {
        Address address = new Address();
        street(value.part(1)).ifPresent(line -> address.getLine().add(line));
        ifValued(value.part(2)).ifPresent(address::addLine);
        ifValued(value.part(3)).ifPresent(address::setCity);
        ifValued(value.part(4)).ifPresent(address::setState);
        ifValued(value.part(5)).ifPresent(address::setPostalCode);
        ifValued(value.part(6)).ifPresent(address::setCountry);
        ifValued(value.part(9)).ifPresent(address::setDistrict);
        ifValued(value.part(10))
                .ifPresent(tract -> address.addExtension(new Extension(CENSUS_TRACT, new StringType(tract))));
        Times.openPeriod(value.part(13), value.part(14), scope)
                .or(() ->
                        Times.openPeriod(value.part(12).part(1), value.part(12).part(2), scope))
                .ifPresent(address::setPeriod);
        Optional.ofNullable(ADDRESS_TYPES.get(value.part(7).text())).ifPresent(address::setType);
        return withUse(
                address,
                address.isEmpty(),
                () -> address.setUse(ADDRESS_USES.get(value.part(7).text())));
    }

    private static Optional<ContactPoint> toTelecom(V2Value value, @Nullable ContactPointUse otherwise, Scope scope) {
        String equipment = value.part(3).text();
        Optional<String> mail = ifValued(value.part(4));
        Optional<String> contact = mail.or(() -> ifValued(value.part(1)))
                .or(() -> ifValued(value.part(12)))
                .or(() -> numberOf(value));
        return contact.map(text -> described(value, scope)
                .setValue(text)
                .setSystem(
                        mail.isPresent()
                                ? ContactPointSystem.EMAIL
                                : TELECOM_SYSTEMS.getOrDefault(equipment, ContactPointSystem.PHONE))
                .setUse(
                        equipment.equals("CP")
                                ? ContactPointUse.MOBILE
                                : TELECOM_USES.getOrDefault(value.part(2).text(), otherwise)));
    }

    /** What else is said about a number: its parts, a remark, how long it is good. */
    private static ContactPoint described(V2Value value, Scope scope) {
        ContactPoint contact = new ContactPoint();
        TELECOM_PARTS.forEach((part, url) -> ifValued(value.part(part))
                .ifPresent(text -> contact.addExtension(new Extension(url, new StringType(text)))));
        Times.openPeriod(value.part(13), value.part(14), scope).ifPresent(contact::setPeriod);
        Numbers.positive(value.part(18)).ifPresent(contact::setRank);
        return contact;
    }

    /** Puts country code, area code, local number and extension together. */
    private static Optional<String> numberOf(V2Value value) {
        String number = IntStream.rangeClosed(5, 8)
                .mapToObj(value::part)
                .filter(V2Value::isValued)
                .map(V2Value::text)
                .collect(joining(" "));
        return number.isEmpty() ? Optional.empty() : Optional.of(number);
    }

    private static <T> Optional<T> withUse(T element, boolean empty, Runnable setUse) {
        if (empty) {
            return Optional.empty();
        }
        setUse.run();
        return Optional.of(element);
    }

    private static Optional<String> ifValued(V2Value value) {
        return Optional.of(value.text()).filter(text -> !text.isEmpty());
    }
}
