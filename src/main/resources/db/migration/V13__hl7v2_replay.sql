-- Which mappings a replay was ordered with; null for those in force when its turn comes.
ALTER TABLE salus_hl7v2_message ADD COLUMN replay_with text;

-- Whoever deletes a message looks for the edited copies that name it, and without this reads the whole table for each one.
CREATE INDEX salus_hl7v2_message_edited_from ON salus_hl7v2_message (edited_from) WHERE edited_from IS NOT NULL;
