-- Run by the postgres image when its volume is new. The registry's tables stay apart from the catalog's.
CREATE DATABASE registry;
