echo 'ru_RU.UTF-8 UTF-8' >/etc/locale.gen
locale-gen
printf 'LANG=ru_RU.UTF-8\nLC_ALL=ru_RU.UTF-8\n' >/etc/default/locale
printf 'LANG=ru_RU.UTF-8\nLC_ALL=ru_RU.UTF-8\n' >>/etc/environment
ln -sf /usr/share/zoneinfo/Asia/Kolkata /etc/localtime
echo Asia/Kolkata >/etc/timezone
