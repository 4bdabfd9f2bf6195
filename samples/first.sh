#!/bin/sh
# Installs what is missing, builds wfctl, and runs a first flow to its end: a
# backup of the samples that is read back before it is trusted.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
cd "$(dirname "$0")/.."
sh tests/packages.sh build
make -j2

target=$PWD/build/backups
./wfctl run samples/backup.yaml --progress plain \
	-p source="$PWD/samples" -p target="$target"
echo
./wfctl show backup
echo
echo "The copy is in $target.  Look at the run again with: ./wfctl tui"
