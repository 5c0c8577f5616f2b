-- The resources whose first version came by PUT although their id looks like those that the server gives: nothing else says so.
-- A row is written with the resource, and only for such an id; every other id tells by itself.
CREATE TABLE salus_put_creation (
    partition_id  integer     NOT NULL,
    resource_type varchar(40) NOT NULL,
    fhir_id       varchar(64) NOT NULL,
    PRIMARY KEY (partition_id, resource_type, fhir_id)
);
