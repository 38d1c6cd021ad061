#!/bin/sh
# Process 1 of the cluster's own mount, network and pid namespaces. When it ends, the kernel ends every process of the
# cluster and drops its mounts and links, so nothing can be left behind.
#
#   holder.sh PID_FILE [SOURCE TARGET]...
#
# Each SOURCE is mounted over its TARGET: folders that Kubernetes' programs have wired in, without a setting.
set -e
# Before /proc is mounted anew, it still shows the process id that the machine knows.
read -r pid rest < /proc/self/stat
pid_file=$1
shift
mount -t proc proc /proc
while [ $# -gt 0 ]; do
  mount --bind "$1" "$2"
  shift 2
done
ip link set lo up
echo "$pid" > "$pid_file.tmp"
mv "$pid_file.tmp" "$pid_file"
# Orphaned shims become children of process 1: wait reaps them.
trap 'exit 0' TERM
while :; do
  sleep 1000000 &
  wait
done
