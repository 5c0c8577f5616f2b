-- Who the data belongs to. HAPI's resources carry partition_id; partition 0 is shared by all and belongs to nobody.
CREATE TABLE salus_tenant (
    id           varchar(32)              PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9-]{1,31}$'),
    partition_id integer                  GENERATED ALWAYS AS IDENTITY (START WITH 1) UNIQUE CHECK (partition_id > 0),
    created_at   timestamp with time zone NOT NULL DEFAULT now()
);

INSERT INTO salus_tenant (id) VALUES ('default');
