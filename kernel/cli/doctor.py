"""`asoud doctor`: shows what the doctor finds."""

from __future__ import annotations

import json

import click

from kernel.cli.session import json_option

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check configuration, secrets, packages, database, clock, migrations, addons, storage, Redis; name each mend.

    Exit code 1 when anything is an error; warnings are 0.
    """
    from kernel.operations.doctor import examine

    findings = examine()
    if as_json:
        click.echo(json.dumps([finding.to_dict() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            mark, colour = _MARKS[finding.status]
            click.echo(f"{click.style(mark, fg=colour)} {finding.check}: {finding.message}")
            if finding.mend:
                click.echo(f"    {finding.mend}")
    return int(any(finding.status == "error" for finding in findings))
