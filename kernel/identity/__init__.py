"""Identity: principals, tokens, sessions, permissions, roles, scopes and limits."""
