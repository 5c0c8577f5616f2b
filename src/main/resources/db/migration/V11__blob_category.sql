-- What kind of file a content type is, for reports of what is kept and what it costs. Said once, because several reports
-- must agree. The words are those of the API.
CREATE FUNCTION salus_blob_category(content_type text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN content_type LIKE 'application/dicom%' THEN 'imaging'
                WHEN content_type LIKE 'image/%' THEN 'image'
                WHEN content_type LIKE 'text/%' OR content_type LIKE '%xml%'
                  OR content_type LIKE '%json%' OR content_type LIKE '%hl7%' THEN 'text'
                WHEN content_type LIKE 'application/pdf%' OR content_type LIKE '%rtf%'
                  OR content_type LIKE '%officedocument%' OR content_type LIKE '%msword%'
                  OR content_type LIKE '%opendocument%' THEN 'document'
                ELSE 'other' END
$$;
