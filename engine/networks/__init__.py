"""Contact networks: who meets whom. One file each."""
