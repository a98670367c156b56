"""Virtual boards: emulated machines that a lab without hardware can boot.

Promises: :mod:`pumice.boards.images` makes the demo board's kernel and ramdisk from Debian's
kernel and busybox packages, unpacked and never installed, and makes them once; device
dictionaries say what the machine at hand can do (``no_kvm`` unless a probe shows that KVM works).

May touch: the folders it is given; runs ``apt-get download``, ``dpkg-deb`` and ``qemu-system-*``.
Fails with :class:`OSError` subclasses or :class:`pumice.boards.errors.ImageError`, which name the
program that failed and what it said.
"""
