"""Administration: actions and pages of the foundation's own records: people, roles, departments, calendars, numbers."""
