mkdir /mnt/var
mount -t tmpfs -o size=500m,mode=0755 var /mnt/var
tar -C /var --one-file-system --exclude=./lib/containerd -cf - . | tar -C /mnt/var -xf -
mount --bind /mnt/var /var
systemctl restart systemd-journald.service
