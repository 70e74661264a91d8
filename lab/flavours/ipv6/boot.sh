ip -6 addr add "$ADDRESS6/64" dev eth0 nodad
