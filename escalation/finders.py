"""Static files: the design system's own files as npm installed them, and hashed names for all.

Only what a page needs is found. The crown, the GOV.UK logo and the GDS Transport font are reserved for government
services, so their files are never served.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

PACKAGES = Path(settings.BASE_DIR) / "node_modules"
# Where a page finds it -> where npm put it, and which of its files.
SERVED = {
    "govuk": ("govuk-frontend/dist/govuk", ["govuk-frontend.min.js"]),
    "moj": ("@ministryofjustice/frontend/moj", ["moj-frontend.min.js", "assets/images/icon-*"]),
}


class DesignSystemFinder(BaseFinder):
    """Finds `govuk/...` and `moj/...` in node_modules."""

    def __init__(self, app_names: object = None, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.storages: dict[str, FileSystemStorage] = {}
        for prefix, (folder, _) in SERVED.items():
            storage = FileSystemStorage(location=PACKAGES / folder)
            storage.prefix = prefix  # type: ignore[attr-defined]  # collectstatic puts the files under it
            self.storages[prefix] = storage

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to check: a missing package shows at `collectstatic`."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place on disk, an empty list if it is not one of those served."""
        prefix, _, rest = path.partition("/")
        if prefix not in SERVED:
            return []
        folder, patterns = SERVED[prefix]
        found = PACKAGES / folder / rest
        if not any(Path(rest).match(pattern) for pattern in patterns) or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        """Every file served, with its storage."""
        for prefix, (folder, patterns) in SERVED.items():
            root = PACKAGES / folder
            for pattern in patterns:
                for file in sorted(root.glob(pattern)):
                    yield str(file.relative_to(root)), self.storages[prefix]


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names with a hash of the content, also inside scripts that import one another, so that browsers keep them."""

    support_js_module_import_aggregation = True
