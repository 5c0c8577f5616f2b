# The build is the one of the README. The tests need sockets and a database of their own and have run before.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn -q -B -DskipTests package
# Libraries change seldom and are nearly all of the size: in a layer of their own they are stored and sent once.
RUN java -Djarmode=tools -jar target/salus.jar extract --layers --destination target/layers
# Keycloak fills in the variable as it imports the realm.
RUN java -jar target/salus.jar keycloak realm --server='${SALUS_PUBLIC_URL}' > target/salus-realm.json

# docker build --target keycloak: Keycloak with the realm and the mapper of Salus.
FROM keycloak/keycloak:26.7.3 AS keycloak
COPY --from=build /build/target/salus-keycloak.jar /opt/keycloak/providers/
# The folder of its database is beside it, so it must be its own.
COPY --from=build --chown=1000:0 /build/target/salus-realm.json /opt/keycloak/data/import/

FROM eclipse-temurin:25-jre-noble
# PostgreSQL, which the server starts itself when it is given none, refuses to run as root; nothing else needs root either.
RUN groupadd --gid 10001 salus \
    && useradd --uid 10001 --gid salus --no-create-home --home-dir /data --shell /usr/sbin/nologin salus \
    && install --directory --owner=salus --group=salus --mode=0700 /data
WORKDIR /opt/salus
COPY --from=build /build/target/layers/dependencies/ ./
COPY --from=build /build/target/layers/spring-boot-loader/ ./
COPY --from=build /build/target/layers/snapshot-dependencies/ ./
COPY --from=build /build/target/layers/application/ ./

# Within a container, loopback addresses reach nobody: publishing the port or not is what decides who reaches management.
ENV SALUS_DATA_DIR=/data \
    SALUS_MANAGEMENT_ADDRESS=0.0.0.0

USER salus
VOLUME /data
EXPOSE 8080 8081 2575

# The image has no HTTP client, but its shell opens sockets. A first start makes the tables, which takes its time.
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s --retries=3 \
    CMD bash -c 'exec 3<>"/dev/tcp/127.0.0.1/${SALUS_MANAGEMENT_PORT:-8081}" \
        && printf "GET /actuator/health/readiness HTTP/1.0\r\n\r\n" >&3 \
        && read -r protocol status text <&3 \
        && [ "$status" = 200 ]'

# What follows the image's name on the command line goes to Salus.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "salus.jar"]
