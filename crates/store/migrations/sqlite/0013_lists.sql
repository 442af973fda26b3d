-- What lists need so that none of them goes through everything: the projects of an organization,
-- newest first, and the keys that are few among many.

CREATE INDEX projects_of_organization ON projects (organization_id, created_at DESC, id);
CREATE INDEX keys_off_of_organization ON keys (organization_id, switch, id) WHERE switch <> 'on';
CREATE INDEX keys_off_of_project ON keys (project_id, switch, id) WHERE switch <> 'on';
CREATE INDEX keys_replaced_of_organization ON keys (organization_id, replaced_by)
    WHERE replaced_by IS NOT NULL;
CREATE INDEX keys_replaced_of_project ON keys (project_id, replaced_by)
    WHERE replaced_by IS NOT NULL;
CREATE INDEX keys_of_people ON keys (organization_id, user_id) WHERE user_id IS NOT NULL;
-- The place comes second, so that nothing else is ever counted along these.
CREATE INDEX keys_by_role_of_project ON keys (role, project_id, id) WHERE project_id IS NOT NULL;
CREATE INDEX keys_by_role_of_organization ON keys (role, organization_id, id);
CREATE INDEX keys_by_creator ON keys (creator_id, project_id, organization_id, id);
CREATE INDEX keys_described_of_project ON keys (project_id, description, id)
    WHERE description <> '';
CREATE INDEX keys_described_of_organization ON keys (organization_id, description, id)
    WHERE description <> '';
