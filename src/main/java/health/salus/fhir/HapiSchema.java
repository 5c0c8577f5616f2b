package health.salus.fhir;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks.FlagEnum;
import ca.uhn.fhir.util.VersionEnum;

import javax.sql.DataSource;
import java.util.Set;

/**
 * HAPI's tables, made and brought up to date by HAPI's own migrator; several servers may start at once, since it locks.
 *
 * <p>The partition is part of every primary key, see ADR 2.
 */
final class HapiSchema {

    private final DataSource database;

    HapiSchema(DataSource database) {
        this.database = database;
    }

    /** Brings the tables to the version of this server; does nothing where they have it. */
    HapiSchema migrate() {
        HapiMigrator migrator =
                new HapiMigrator(SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, database, DriverTypeEnum.POSTGRES_9_4);
        migrator.addTasks(new HapiFhirJpaMigrationTasks(Set.of(FlagEnum.DB_PARTITION_MODE.getCommandLineValue()))
                .getAllTasks(VersionEnum.values()));
        migrator.createMigrationTableIfRequired();
        migrator.migrate();
        return this;
    }
}
