"""What an addon's tests import: real servers, fixtures and the generic checks."""
