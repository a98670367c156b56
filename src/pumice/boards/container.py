"""The image of virtual boards that are containers: busybox, made of the boards' ramdisk.

It is imported, so that no registry is needed: into the storage of whoever calls, which must be
the one of the worker that starts the containers.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from pathlib import Path

from pumice.boards import architectures, cpio, images, packages
from pumice.boards.errors import ImageError

NAME = "pumice.local/busybox:1"
_LABEL = "pumice.ramdisk"
_MADE_OF = f'{{{{ index .Config.Labels "{_LABEL}" }}}}'


def make(folder: Path) -> None:
    """Import the image where it is missing or another one; images are in the folder of all.

    Needs ``docker``, or podman by that name (Debian's package podman-docker). Raises OSError.
    """
    architecture = architectures.native()
    place = images.place(folder, architecture)
    ramdisk = images.make(place, architecture).ramdisk.read_bytes()
    digest = hashlib.sha256(ramdisk).hexdigest()
    with images.alone(place):
        if _made_of() != digest:
            _import(gzip.decompress(ramdisk), digest)


def _made_of() -> str:
    """The ramdisk that the image was made of; empty where there is no image."""
    listed = packages.run("docker", "image", "ls", "--quiet", NAME)
    if not listed.strip():
        return ""
    return packages.run("docker", "image", "inspect", "--format", _MADE_OF, NAME).strip()


def _import(ramdisk: bytes, digest: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        tree, archive = Path(scratch) / "tree", Path(scratch) / "image.tar"
        tree.mkdir()
        cpio.unpack(ramdisk, tree)
        # A container has the kernel, the devices and the first process of its host.
        for name in ("lib/modules", "dev"):
            shutil.rmtree(tree / name)
        (tree / "init").unlink()
        packages.run("tar", "--owner=0", "--group=0", "-C", str(tree), "-cf", str(archive), ".")
        label = f"LABEL {_LABEL}={digest}"
        packages.run("docker", "import", "--change", label, str(archive), NAME)
    if _made_of() != digest:
        raise ImageError(f"docker did not keep the image {NAME}")
