"""The checks that an addon must pass at boot; each finding names every owner, the rule and the mend."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from kernel.addons.contributions import Contribution
from kernel.addons.discovery import Candidate
from kernel.addons.graph import Fault
from kernel.addons.registry import LoadedAddon, Registry
from kernel.db import Model, apply_extension
from kernel.db.model import forget_models, registry_of
from kernel.db.schema_state import current_revision, head_on_disk
from kernel.errors import OperatorError
from kernel.hooks.checks import hook_faults
from kernel.identity.checks import identity_faults
from kernel.preferences.checks import settings_faults
from kernel.realtime.checks import check_namespace
from kernel.rest.checks import check_blueprint

_SHOWN = {"blueprint": "route", "namespace": "socket namespace", "command": "command"}


def schema_fault(candidate: Candidate) -> Fault | None:
    """Set when the addon's code brings migrations that have not run, or the database is ahead of the code."""
    try:
        head, current = head_on_disk(candidate.name), current_revision(candidate.name)
    except OperatorError as error:  # metadata without code, or migrations that cannot be read
        reason = str(error).removeprefix(f"{candidate.name}: ")
        return Fault(candidate.name, "migrations", reason, f"Mend or reinstall {candidate.distribution}.")
    if head == current:
        return None
    reason = f"its code is at schema {head or 'none'}, the database at {current or 'none'}."
    return Fault(candidate.name, "schema_behind", reason, f"Run: asoud addons upgrade {candidate.name}")


def contribution_faults(registry: Registry, loaded: LoadedAddon, contributions: Sequence[Contribution]) -> list[Fault]:
    """Everything that is wrong with what the addon offers: declaration, clashes, routes, sockets, hooks, tables."""
    name = loaded.name
    mend = f"Mend it in {loaded.candidate.distribution}, or uninstall the addon."
    faults = [Fault(name, "declaration", sentence, mend) for sentence in loaded.declaration.faults(name)]
    faults += [Fault(name, "settings", reason, mend) for reason in settings_faults(loaded.declaration.settings)]
    faults += [_clash(new, there) for new, there in registry.clashes(contributions)]
    blueprints = [contribution.value for contribution in registry.contributions("blueprint")]
    for contribution in contributions:
        if contribution.kind == "blueprint":
            faults += [Fault(name, "route", reason, mend) for reason in check_blueprint(contribution.value, blueprints)]
            blueprints.append(contribution.value)
        if contribution.kind == "namespace":
            faults += [Fault(name, "socket", reason, mend) for reason in check_namespace(contribution.value)]
    faults += [Fault(name, "identity", reason, mend) for reason in identity_faults(registry, contributions)]
    faults += hook_faults(registry, contributions)
    if head_on_disk(name) is None and (tables := _tables(name)):
        reason = f"it has tables without migrations: {', '.join(tables)}."
        faults.append(Fault(name, "model_without_migration", reason, f"Run: asoud db revision --addon {name}"))
    return faults


def _clash(new: Contribution, there: Contribution) -> Fault:
    shown = _SHOWN.get(new.kind, new.kind.replace("_", " "))
    reason = f"{shown} {new.key!r} of {new.owner} ({new.module}) is also offered by {there.owner} ({there.module})."
    owners = " or ".join(dict.fromkeys((new.owner, there.owner)))
    return Fault(new.owner, "clash", reason, f"Rename it in one of them, or uninstall {owners}.")


def _tables(owner: str) -> list[str]:
    return sorted(table.name for table in Model.metadata.tables.values() if table.info.get("owner") == owner)


def extension_faults(contributions: Sequence[Contribution]) -> list[Fault]:
    """Apply the addon's `extend` columns, all of them or, when one cannot be, a fault for each that cannot."""
    faults = []
    for contribution in contributions:
        if contribution.kind == "extension":
            try:
                apply_extension(contribution)
            except ValueError as error:
                faults.append(Fault(contribution.owner, "extension", str(error), "Rename or mend the column."))
    return faults


def mapper_fault(candidate: Candidate) -> Fault | None:
    """Set when SQLAlchemy cannot configure the addon's models; they are then taken out of the mapping again."""
    try:
        registry_of(candidate.name).configure(cascade=True)
    except SQLAlchemyError as error:
        forget_models(candidate.name)
        return Fault(
            candidate.name, "mapping", f"its models cannot be mapped: {error}.", f"Mend {candidate.distribution}."
        )
    return None
