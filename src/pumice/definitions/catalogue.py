"""Every name of an action that a plan can have, and what it stands for.

The names are public: jobs and devices give timeouts by them, results carry them. Source: the
action names of LAVA, as its jobs, devices and logs use them.
"""

from __future__ import annotations

from pumice.wire.states import ErrorType

_JOB = """
lava-overlay: make the overlay with helpers, environment and tests
lava-create-overlay: make the overlay of a test in a container
ssh-authorize: put the job's public key into the overlay
lava-multinode-overlay: put the roles of a MultiNode job into the overlay
test-definition: put the test definitions into the overlay
inline-repo-action: take the test definition from the job
git-repo-action: clone the repository of the test definition
url-repo-action: fetch the archive of the test definition
test-overlay: put the test definition into the overlay
test-install-overlay: write the script that installs the test
test-runscript-overlay: write the script that runs the test
compress-overlay: pack the overlay
deploy-device-env: write down the environment of the board's shell
pre-downloaded: use a file that an earlier action of the job has
append-overlays: append the overlays to the downloaded file
deployimages: download the images and make the overlay
apply-overlay-guest: make a disk image of the overlay for the guest
tftp-deploy: download what the board loads over TFTP, and make the overlay
prepare-tftp-overlay: put modules and overlay into what the board loads
extract-nfsrootfs: unpack the root file system and share it over NFS
parse-persistent-nfs: use a root file system that an NFS server keeps
extract-overlay-ramdisk: unpack the ramdisk
extract-modules: put the kernel's modules into the root file system or the ramdisk
apply-overlay-tftp: put the overlay into the root file system or the ramdisk
prepare-kernel: convert the kernel for the bootloader
configure-preseed-file: fill in the answers to the installer's questions
compress-ramdisk: pack the ramdisk
nfs-deploy: download a root file system and share it over NFS
deploy-qemu-nfs: download the files of an emulated board with its root over NFS
downloads: download files for later actions
download-postprocess-docker: treat the downloaded files in a container
download-deploy: download files for a board that is switched on
deploy-docker: get the container's image and make the overlay
scp-overlay: prepare what is copied to the board over SSH
prepare-scp-overlay: take the overlay that is copied to the board
fastboot-deploy: download the images and write them with fastboot
apply-overlay-image: put the overlay into an image of a file system
apply-overlay-sparse-image: put the overlay into a sparse image
deploy-flasher: download the images and call the device's flashing commands
deploy-flasher-retry: flash the board, again where that fails
storage-deploy: write an image to storage of the board, from the board
nbd-deploy: download what the board loads, and serve its root as a block device
xnbd-server-deploy: serve the root file system as a network block device
deploy-iso-installer: prepare the installation from an image
prepare-empty-image: make an empty disk image
pull-installer-files: take the kernel and the ramdisk out of the installer's image
prepare-qemu-commands: write the installer's command line
uuu-deploy: prepare the images that uuu writes
qdl-deploy: prepare the images that qdl writes
uboot-ums-deploy: write an image to storage that U-Boot shares over USB
usbg-ms: share an image with the board as USB storage
vexpress-fw-deploy: copy the firmware to a Versatile Express board
vexpress-fw-deploy-retry: copy the firmware, again where that fails
mps-deploy: copy binaries to an MPS board
musca-deploy: copy a binary to a Musca board
fvp-deploy: download the images of an Arm model
deploy-avh: upload the images to a virtual board in the cloud
deploy-avh-retry: upload the images, again where that fails
deploy-recovery-mode: download files for a board in recovery mode
deploy-overlay: make the overlay alone
boot-image-retry: boot the image and log in, again where that fails
boot-qemu-image: start QEMU, again where that fails
boot-installer-iso: boot the installer, again where that fails
auto-login-action: log in after the boot, again where that fails
login-action: wait for the kernel, log in, and wait for the prompt
expect-shell-connection: find the shell's prompt
overlay-unpack: let the board fetch and unpack the overlay
export-device-env: export the environment of env-dut.yaml in the board's shell
uboot-action: boot with U-Boot, again where that fails
uboot-from-media: find kernel, ramdisk and device tree on the board's storage
uboot-commands: reset the board, stop U-Boot and give it the commands
bootloader-overlay: fill in the bootloader's commands
bootloader-from-media: find kernel and ramdisk on the board's storage
bootloader-action: boot with a bootloader
bootloader-retry: boot with a bootloader, again where that fails
boot-bootloader-retry: stop at the bootloader, again where that fails
boot-bootloader: reset the board and stop at the bootloader
grub-main-action: boot with GRUB, again where that fails
grub-sequence-action: boot with GRUB in the device's own sequence
grub-efi-menu-selector: choose GRUB in the UEFI menu
uefi-menu-interrupt: stop the UEFI firmware at its menu
uefi-menu-selector: choose the job's entry in the UEFI menu
uefi-menu-action: boot from the UEFI menu, again where that fails
uefi-shell-menu-selector: choose the shell in the UEFI menu
uefi-shell-main-action: boot from the UEFI shell, again where that fails
installer-wait: wait until the installer has finished
minimal-boot: switch the board on and log in, again where that fails
fastboot-boot: boot in the device's sequence of fastboot, again where that fails
barebox-action: boot with barebox
barebox-retry: boot with barebox, again where that fails
depthcharge-action: boot with depthcharge
depthcharge-overlay: make the image and the command line for depthcharge
depthcharge-retry: boot with depthcharge, again where that fails
depthcharge-start: stop depthcharge before it boots by itself
boot-fvp: start an Arm model and log in, again where that fails
boot-fvp-main: start an Arm model
check-fvp-version: check the version of the Arm model
run-fvp: start the container with the Arm model
login-ssh: log in over SSH, again where that fails
prepare-ssh: find the address of the board
scp-overlay-unpack: unpack the overlay that was copied
boot-docker: start the container, again where that fails
boot-nodebooter: start the container that boots nodes, again where that fails
call-avh: start a virtual board in the cloud
boot-avh-retry: boot a virtual board in the cloud, again where that fails
uuu-boot-retry: boot with uuu, again where that fails
boot-qdl-retry: boot with qdl, again where that fails
recovery-boot: put the board into recovery mode, or take it out
musca-boot: boot a Musca board, again where that fails
secondary-shell-action: log in on another connection of the board, again where that fails
kexec-boot: boot another kernel from the running one, again where that fails
boot-gdb-image: boot with gdb, again where that fails
boot-jlink-image: flash with JLink and boot, again where that fails
boot-pyocd-image: flash with PyOCD and boot, again where that fails
boot-cmsis-dap-image: flash with CMSIS-DAP and boot, again where that fails
boot-dfu-image: flash with DFU and boot, again where that fails
boot-openocd-image: flash with OpenOCD and boot, again where that fails
kexec-command: load and start the other kernel
"""

_LAB = """
http-download: download the file, check it and unpack it
file-download: copy the file, check it and unpack it
scp-download: copy the file over SSH, check it and unpack it
rclone-download: fetch the file with rclone, check it and unpack it
download-retry: download a file, again where that fails
execute-qemu: start QEMU with the images and the overlay
connect-device: connect to the board's console
disconnect-device: close the connection to the board's console
connect-shell: connect to another console of the board
reset-connection: connect to the board's console anew
reset-device: switch the board off and on
pdu-reboot: switch the board's power off and on
send-reboot-commands: reboot the board with commands
bootloader-interrupt: stop the bootloader before it boots by itself
bootloader-commands: give the bootloader its commands
pre-power-command: run the device's command before power is switched on
pre-os-command: run the device's command before the system boots
power-off: make sure that the board is off
read-feedback: log what the consoles still have to say
finalize: finish the process and cleanup
enter-fastboot-action: bring the board into fastboot
fastboot-flash-order-action: write the images in the device's order
wait-device-boardid: wait for the board's USB connection
fastboot-flash-action: write an image with fastboot
fastboot-reboot: reboot with fastboot
fastboot-reboot-bootloader: reboot into the bootloader with fastboot
fastboot-reboot-fastboot: reboot into the userspace part of fastboot
fastboot-boot-image: boot an image with fastboot, without writing it
wait-fastboot-interrupt: send the device into GRUB while it offers fastboot
connect-adb: connect to the board with adb
adb-overlay-unpack: copy the overlay to the board with adb and unpack it
dd-image: write the image to storage of the board
flash-uboot-ums: write the image to storage that U-Boot shares
umount-retry: unmount the board's storage, again where that fails
unmount-musca-usbmsd: unmount the storage of a Musca board
scp-deploy: copy the files to the board over SSH
ssh-connection: connect to the board over SSH
fvp-serial-connect: connect to the console of the Arm model
docker-run: start the container
uuu-boot: boot with the commands of uuu
boot-qdl: write the images with qdl
enter-recovery-mode: put the board into recovery mode
exit-recovery-mode: take the board out of recovery mode
flash-gdb: load the image with gdb
flash-jlink: write the image with JLink
flash-pyocd: write the image with PyOCD
flash-cmsis-dap: write the image through CMSIS-DAP storage
flash-dfu: write the image over DFU
flash-openocd: write the image with OpenOCD
user-command: run one of the device's commands on the worker
"""

_TEST = """
lava-test-retry: run the test definitions, again where that fails
lava-test-shell: run the test definitions in the board's shell
lava-docker-test: run the test definitions in a container
lava-docker-test-set-environment: tell the container about the board
lava-docker-test-shell: run the test definitions in the container's shell
lava-test-interactive-retry: type the commands of a test, again where that fails
lava-test-interactive: type the commands of a test and read the answers
lava-test-monitor-retry: read results from the console, again where that fails
lava-test-monitor: read results from what the board prints
lava-test-services: start the services of a compose file
"""


def _read(text: str, error: str) -> dict[str, tuple[str, str]]:
    lines = (line.partition(": ") for line in text.strip().splitlines())
    return {name: (meaning, error) for name, _, meaning in lines}


ACTIONS: dict[str, tuple[str, str]] = {
    **_read(_JOB, ErrorType.JOB),
    **_read(_LAB, ErrorType.INFRASTRUCTURE),
    **_read(_TEST, ErrorType.TEST),
}
"""By name: what the action does, and the error type of one that takes too long."""
