-- What goes along with the matches on each page of a kept search: values of _include and _revinclude, none of them iterated.
ALTER TABLE salus_search
    ADD COLUMN includes    text[] NOT NULL DEFAULT '{}',
    ADD COLUMN revincludes text[] NOT NULL DEFAULT '{}';
