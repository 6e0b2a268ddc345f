# syntax=docker/dockerfile:1
# One file for the three apps: docker build --build-arg APP=ingest-app .

FROM maven:3.9-eclipse-temurin-17 AS build
ARG APP
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -DskipTests -pl "$APP" -am package \
    && cp "$APP"/target/"$APP"-*-exec.jar /app.jar

# The apps need 17; a newer one counts faster, see docs/adr/0160-run-on-jdk-25.md.
FROM eclipse-temurin:25-jre
# Where the aggregator keeps what Kafka can give it again; a volume mounted there belongs to the app's user.
RUN mkdir /state && chown 1000:1000 /state
COPY --from=build /app.jar /app.jar
USER 1000:1000
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError"
ENTRYPOINT ["java", "-jar", "/app.jar"]
