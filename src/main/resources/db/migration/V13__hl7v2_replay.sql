-- Which mappings a replay was ordered with; null for those in force when its turn comes.
ALTER TABLE salus_hl7v2_message ADD COLUMN replay_with text;
