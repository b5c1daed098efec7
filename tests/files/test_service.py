"""Storing, claiming, releasing and sweeping files, on both databases."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from kernel.clock import FrozenClock
from kernel.db import new_id, session, transaction
from kernel.errors import AddonDisabled, Conflict, NotFound, ValidationFailed
from kernel.events.models import EventRow
from kernel.files import (
    FileDamaged,
    FileEmpty,
    FileState,
    FileTooLarge,
    FileTypeRefused,
    StorageAway,
    StoredFile,
    file_kind,
)
from kernel.files.sweep import sweep_files
from kernel.files.thumbnails import make_thumbnails
from kernel.identity.principal import ANONYMOUS, Principal
from kernel.jobs.models import JobRow
from kernel.runtime import Platform
from tests.files.conftest import STAFF, store
from tests.files.samples import PDF, TEXT, office, photo, picture
from tests.processes import MakePlatform

PAPERS = ("gallery.paper",)


@pytest.fixture
def platform(make_platform: MakePlatform, database_url: str, redis_url: str) -> Platform:
    """On both databases."""
    return make_platform(database_url=database_url, redis_url=redis_url)


def blobs(platform: Platform) -> set[str]:
    """Keys of everything in the storage."""
    folder = platform.settings.data_dir / "files"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def count(state: FileState | None = None) -> int:
    query = select(func.count()).select_from(StoredFile)
    return session().scalar(query if state is None else query.where(StoredFile.state == state)) or 0


def test_a_stored_file_is_whole_and_described(platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id)
    kept = platform.files.get(row.id)
    assert (kept.name, kept.media_type, kept.size, kept.private) == ("name.pdf", "application/pdf", len(PDF), True)
    assert (kept.addon, kept.kind, kept.owner_user_id, kept.uses) == ("gallery", "gallery.paper", user_id, 0)
    assert blobs(platform) == {kept.key}
    with platform.files.storage.open(kept.key) as content:
        assert content.read() == PDF


def test_a_picture_is_stored_as_it_was_drawn(platform: Platform) -> None:
    row = store(platform, photo(), kind="photo")
    assert (row.width, row.height, row.media_type) == (40, 60, "image/jpeg")
    with platform.files.storage.open(row.key) as content:
        data = content.read()
    assert (b"secret" in data, len(data)) == (False, row.size)


def test_large_files_pass_through_the_disk(platform: Platform) -> None:
    content = TEXT * 60_000
    row = store(platform, content, kind="paper", private=False)
    assert (row.size, row.private, row.key.startswith("public/")) == (len(content), False, True)


@pytest.mark.parametrize(
    ("kind", "content", "problem"),
    [
        ("photo", b"", FileEmpty),
        ("photo", PDF, FileTypeRefused),
        ("paper", picture(), FileTypeRefused),
        ("paper", b"<html>", FileTypeRefused),
        ("photo", picture("BMP", (300, 300)), FileTooLarge),
        ("photo", b"\xff\xd8\xff" + bytes(50), FileDamaged),
        ("paper", office(parts={"word/vbaProject.bin": b"x"}), FileDamaged),
    ],
)
def test_what_a_kind_does_not_take_leaves_nothing_behind(
    platform: Platform, kind: str, content: bytes, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        store(platform, content, kind=kind)
    assert (count(), blobs(platform)) == (0, set())


def test_text_counts_as_csv_where_csv_is_taken(platform: Platform) -> None:
    assert store(platform, TEXT, kind="sheet").media_type == "text/csv"


def test_the_sites_limit_stands_above_the_kinds(make_platform: MakePlatform, redis_url: str) -> None:
    small = make_platform(redis_url=redis_url, max_upload_bytes=50)
    with pytest.raises(FileTooLarge) as caught:
        store(small, PDF, kind="paper")
    assert caught.value.extra == {"max_bytes": 50}
    assert store(small, PDF, kind="report").size == len(PDF)


def test_unknown_kinds_and_those_of_disabled_addons(platform: Platform) -> None:
    row = store(platform, PDF, kind="paper", owner=STAFF)
    with pytest.raises(NotFound):
        store(platform, PDF, kind="nothing")
    platform.gate.enabled -= {"gallery"}
    with pytest.raises(AddonDisabled):
        store(platform, PDF, kind="paper")
    with pytest.raises(AddonDisabled):
        platform.files.lent(row.id)


def test_bytes_are_not_written_inside_a_transaction(platform: Platform) -> None:
    with transaction(), pytest.raises(RuntimeError, match="before the transaction"):
        store(platform, PDF, kind="paper")


def test_who_may_read_a_private_file(platform: Platform, user_id: UUID) -> None:
    paper = store(platform, PDF, kind="paper", owner=user_id)
    report = store(platform, PDF, kind="report", owner=user_id)
    assert platform.files.readable(paper.id, Principal(user_id=user_id)).id == paper.id
    assert platform.files.readable(paper.id, Principal(user_id=STAFF)).id == paper.id
    for principal, file in (
        (Principal(user_id=STAFF), report),
        (Principal(user_id=new_id()), paper),
        (ANONYMOUS, paper),
    ):
        with pytest.raises(NotFound):
            platform.files.readable(file.id, principal)


def test_a_file_of_nobody_is_not_everybodys(platform: Platform) -> None:
    with pytest.raises(NotFound):
        platform.files.readable(store(platform, PDF, kind="paper").id, ANONYMOUS)


def test_claims_and_releases_are_counted(platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id)
    for _ in range(2):
        platform.files.claim(row.id, kinds=PAPERS, user_id=user_id)
    with pytest.raises(Conflict):
        platform.files.delete_unused(row.id)
    platform.files.release(row.id)
    assert platform.files.get(row.id).uses == 1
    platform.files.release(row.id)
    with pytest.raises(NotFound):
        platform.files.get(row.id)
    sweep_files()
    assert (count(), blobs(platform)) == (0, set())


def test_a_claim_counts_on_from_what_others_have_claimed_meanwhile(platform: Platform) -> None:
    row = store(platform, PDF, kind="paper")
    with transaction():  # as another process does it: this session doesn't hear of it
        session().execute(update(StoredFile).values(uses=5), execution_options={"synchronize_session": False})
    assert platform.files.claim(row.id, kinds=PAPERS).uses == 6
    platform.files.release(row.id)
    assert session().scalar(select(StoredFile.uses)) == 5


def test_a_claim_is_undone_with_its_transaction(platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id)

    @transaction
    def fail() -> None:
        platform.files.claim(row.id, kinds=PAPERS)
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert session().scalar(select(StoredFile.uses)) == 0


@pytest.mark.parametrize("wrong", [{"kinds": ("gallery.photo",)}, {"kinds": PAPERS, "user_id": new_id()}])
def test_only_the_right_file_of_the_right_user_is_claimed(platform: Platform, wrong: dict[str, Any]) -> None:
    row = store(platform, PDF, kind="paper", owner=new_id())
    with pytest.raises(NotFound):
        platform.files.claim(row.id, **wrong)
    with pytest.raises(NotFound):
        platform.files.claim(new_id(), kinds=PAPERS)


def test_a_claim_that_came_in_a_body_names_its_field(platform: Platform, user_id: UUID) -> None:
    row = store(platform, PDF, kind="paper", owner=user_id)
    with pytest.raises(ValidationFailed) as refused:
        platform.files.claim(new_id(), kinds=PAPERS, field="file_id")
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/file_id", "unknown")]
    platform.files.claim(row.id, kinds=PAPERS, user_id=user_id, field="file_id", once=True)
    with pytest.raises(ValidationFailed) as refused:
        platform.files.claim(row.id, kinds=PAPERS, user_id=user_id, field="file_id", once=True)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/file_id", "in_use")]
    with pytest.raises(Conflict):
        platform.files.claim(row.id, kinds=PAPERS, once=True)
    assert platform.files.get(row.id).uses == 1


def test_an_uninstalled_addons_files_go(platform: Platform) -> None:
    store(platform, PDF, kind="paper", claimed=True)
    store(platform, picture(), kind="photo")
    assert platform.files.forget_addon("gallery") == 2
    assert platform.files.forget_addon("gallery") == 0
    sweep_files()
    assert (count(), blobs(platform)) == (0, set())


def test_the_sweep_takes_what_nobody_needs_and_leaves_the_rest(platform: Platform) -> None:
    with FrozenClock() as clock:
        used = store(platform, PDF, kind="paper", claimed=True)
        store(platform, PDF, kind="paper")
        clock.tick(timedelta(hours=23).total_seconds())
        young = store(platform, PDF, kind="paper")
        deleted = store(platform, PDF, kind="paper", claimed=True)
        platform.files.delete(deleted.id)
        clock.tick(timedelta(hours=2).total_seconds())
        sweep_files()
    assert blobs(platform) == {used.key, young.key}
    assert count() == 2


def test_an_upload_that_broke_off_is_swept(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object) -> None:
        raise StorageAway

    with FrozenClock() as clock:
        with monkeypatch.context() as patch:
            patch.setattr(platform.files.storage, "write", away)
            with pytest.raises(StorageAway):
                store(platform, PDF, kind="paper")
        assert count(FileState.WRITING) == 1
        sweep_files()
        assert count() == 1
        clock.tick(3601)
        sweep_files()
    assert count() == 0


def test_while_the_storage_is_away_the_sweep_waits(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object) -> None:
        raise StorageAway

    row = store(platform, PDF, kind="paper")
    platform.files.delete(row.id)
    with monkeypatch.context() as patch:
        patch.setattr(platform.files.storage, "delete", away)
        sweep_files()
    assert count(FileState.DELETING) == 1
    sweep_files()
    assert count() == 0


def test_thumbnails_are_made_by_a_job_and_go_with_the_picture(platform: Platform) -> None:
    row = store(platform, picture("PNG", (100, 60)), kind="photo")
    waiting = session().scalars(select(JobRow.name)).all()
    assert list(waiting) == ["kernel.make_thumbnails"]
    make_thumbnails(str(row.id))
    made = session().scalars(select(StoredFile.thumbnails)).one()
    assert {name: (each["width"], each["height"]) for name, each in made.items()} == {
        "small": (20, 12),
        "large": (50, 30),
    }
    assert len(blobs(platform)) == 3
    make_thumbnails(str(row.id))
    told = session().execute(select(EventRow.name, EventRow.payload)).all()
    assert [tuple(each) for each in told] == [
        ("kernel.thumbnails_ready", {"file_id": str(row.id), "kind": row.kind})
    ], "once, though the job ran twice"
    platform.files.delete(row.id)
    make_thumbnails(str(row.id))
    sweep_files()
    assert blobs(platform) == set()


def test_a_picture_that_is_deleted_meanwhile_gets_no_thumbnails(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = store(platform, picture(), kind="photo")
    write = platform.files.storage.write

    def write_late(*args: Any) -> None:
        write(*args)
        with transaction():
            found = session().get(StoredFile, row.id)
            if found is not None:
                session().delete(found)

    monkeypatch.setattr(platform.files.storage, "write", write_late)
    make_thumbnails(str(row.id))
    assert count() == 0
    assert session().scalar(select(func.count()).select_from(EventRow)) == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"media": {"image/svg+xml"}}, "image/svg"),
        ({"media": set[str]()}, "Choose from"),
        ({"media": {"application/pdf"}, "thumbnails": {"small": 9}}, "only pictures"),
    ],
)
def test_a_kind_that_cannot_be_is_refused_where_it_is_declared(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        file_kind("wrong", **wrong)


def test_nothing_is_read_beyond_the_limit(platform: Platform) -> None:
    class Endless(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.taken += size or 0
            return b"x" * (size or 0)

    endless = Endless()
    with pytest.raises(FileTooLarge):
        platform.files.store(endless, "x", kind="gallery.photo", owner_user_id=None)
    assert endless.taken < 300_000


def test_the_folder_is_where_the_settings_say(platform: Platform, tmp_path: Path) -> None:
    store(platform, PDF, kind="paper")
    assert any((tmp_path / "files").rglob("*.pdf"))
