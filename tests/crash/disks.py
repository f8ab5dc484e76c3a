"""Where a house keeps its data: a plain folder, or an ext4 file system in a file whose power can be cut."""

import fcntl
import os
import shutil
import struct
import subprocess
import time

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2


class Folder:
    cuts_power = False

    def __init__(self, work):
        self.path = os.path.join(work, "disk")
        os.makedirs(self.path)

    def cut(self):
        raise NotImplementedError

    def remount(self):
        pass

    def close(self, keeps=False):
        if not keeps:
            shutil.rmtree(self.path, ignore_errors=True)


class LoopDisk:
    cuts_power = True

    def __init__(self, work, mebibytes=2048):
        self.image, self.path = os.path.join(work, "disk.img"), os.path.join(work, "mount")
        os.makedirs(self.path)
        with open(self.image, "wb") as image:
            image.truncate(mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self._mount()

    @staticmethod
    def possible():
        return os.geteuid() == 0 and os.path.exists("/dev/loop-control") and shutil.which("mkfs.ext4") is not None

    def _mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.path], check=True)

    def cut(self):
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(folder)

    def _unmount(self):
        for _ in range(50):
            if subprocess.run(["umount", self.path], stderr=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"cannot unmount {self.path}")

    def remount(self):
        self._unmount()
        self._mount()

    def close(self, keeps=False):
        self._unmount()
        if not keeps:
            os.unlink(self.image)
