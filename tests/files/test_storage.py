"""Where bytes lie: a folder, and an S3 service that really runs here."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import requests

from config import ConfigurationError, Testing
from kernel.files.storage import Storage, StorageAway, make_storage
from kernel.files.storage.local import LocalStorage
from kernel.files.storage.s3 import S3Storage

KEY = "private/gallery/9f/0192.jpg"


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return make_storage(Testing(data_dir=tmp_path))
    storage = make_storage(Testing(**request.getfixturevalue("s3")))
    assert isinstance(storage, S3Storage)
    return storage


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_gives_back_what_it_keeps(storage: Storage, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    source = io.BytesIO(content)
    source.seek(5)
    storage.write(KEY, source, "image/jpeg")
    with storage.open(KEY) as kept:
        assert kept.read() == content
        kept.seek(7)
        assert kept.read(3) == content[7:10]


def test_overwrites_and_forgets(storage: Storage) -> None:
    storage.write(KEY, io.BytesIO(b"one"), "image/jpeg")
    storage.write(KEY, io.BytesIO(b"two"), "image/jpeg")
    with storage.open(KEY) as kept:
        assert kept.read() == b"two"
    storage.delete(KEY)
    storage.delete(KEY)
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)


def test_a_service_serves_links_itself_and_a_folder_does_not(storage: Storage) -> None:
    storage.write(KEY, io.BytesIO(b"bytes"), "image/jpeg")
    headers = {"Content-Type": "application/pdf", "Content-Disposition": "attachment", "X-Other": "1"}
    link = storage.link(KEY, headers, 60)
    if isinstance(storage, LocalStorage):
        assert link is None
        return
    assert link is not None
    answer = requests.get(link, timeout=5)
    assert answer.content == b"bytes"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment"
    part = requests.get(link, headers={"Range": "bytes=1-2"}, timeout=5)
    assert (part.status_code, part.content) == (206, b"yt")


class _Breaking(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise ConnectionResetError


def test_a_half_written_file_never_shows(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    with pytest.raises(ConnectionResetError):
        storage.write(KEY, _Breaking(), "image/jpeg")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_files_of_a_folder_are_private_and_not_executable(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    storage.write(KEY, io.BytesIO(b"x"), "image/jpeg")
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    storage.delete(KEY)
    assert not (tmp_path / KEY).parent.exists()


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "private/../../outside"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        LocalStorage(tmp_path / "files").open(key)


def test_a_disk_in_trouble_is_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kernel.files.storage.local.shutil.copyfileobj", full)
    with pytest.raises(StorageAway):
        LocalStorage(tmp_path).write(KEY, io.BytesIO(b"x"), "image/jpeg")


@pytest.mark.parametrize("other", [{"s3_endpoint": "http://127.0.0.1:9"}, {"s3_bucket": "nobodys-bucket"}])
def test_a_service_that_is_away_or_refuses_is_503(s3: dict[str, Any], other: dict[str, str]) -> None:
    storage = make_storage(Testing(**{**s3, **other}))
    with pytest.raises(StorageAway) as caught:
        storage.write(KEY, io.BytesIO(b"x"), "image/jpeg")
    assert caught.value.headers["Retry-After"]
    assert caught.value.code == "storage_unavailable"


def test_s3_without_what_it_needs_says_the_mend(s3: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="ASOUD_S3_BUCKET"):
        make_storage(Testing(**{**s3, "s3_bucket": ""}))
    monkeypatch.setattr("kernel.files.storage.s3.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="pip install"):
        make_storage(Testing(**s3))


def test_unknown_storages_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="ASOUD_STORAGE"):
        Testing(storage="ftp")
