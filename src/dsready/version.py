"""The version of dsready, read by the build too: to ask for that of an installed package takes 20 ms."""

VERSION = "0.1.0"
