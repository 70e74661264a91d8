echo 'Port 2222' >/etc/ssh/sshd_config.d/flavour.conf
