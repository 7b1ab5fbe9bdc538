"""诚信 chengxin: a registry of official decisions about enterprises, with due process."""
