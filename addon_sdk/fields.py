"""Fields of schemas: the platform's own, and marshmallow's for everything else, from one place."""

from kernel.rest.fields import *  # noqa: F403 - the same list of names, kept in one place
from kernel.rest.fields import __all__  # noqa: F401 - see above
