echo 'MaxSessions 1' >/etc/ssh/sshd_config.d/flavour.conf
