"""Virtual boards: emulated machines that a lab without hardware can boot.

Promises: each module of :mod:`pumice.boards.kinds` is a kind of board, which makes its files from
Debian's packages (unpacked, never installed, and made once) and writes the dictionary of its
device. :mod:`pumice.boards.daemon` runs the boards of a lab that have a machine: each has a
serial line at a telnet port of 127.0.0.1, open whether it is on or off, and a power switch
(:mod:`pumice.boards.power`). No byte of a serial line is lost or changed, unless the board has a
fault (:data:`pumice.boards.board.FAULTS`). When the process ends, or is killed, its machines end;
the next one ends what is left of them.

May touch: the folders it is given, of a lab ``boards/``, ``tftp/`` and ``run/``, and the boards'
ports; runs ``apt-get``, ``dpkg-deb``, ``tar`` and ``qemu-system-*``; for some kinds ``mke2fs``,
``simg2img``, ``ldd``, ``ssh-keygen``, and ``docker``, whose storage gets an image. Fails with
:class:`OSError`, of which :class:`pumice.boards.errors.ImageError` names the program that failed
and what it said.
"""
