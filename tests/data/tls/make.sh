#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# Makes the certificates of the TLS tests, with OpenSSL. They are kept in the repository; run this only to
# replace them. The keys are public and good for nothing else.
set -eu
cd "$(dirname "$0")"
work="$(mktemp -d)"
trap 'rm -r "$work"' EXIT
: >"$work/index"
echo 01 >"$work/serial"
cat >"$work/ca.cnf" <<END
[ca]
default_ca = test
[test]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
END

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

# authority NAME COMMON-NAME
authority() {
    key "$1.key"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 36500 -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# certificate NAME COMMON-NAME ALT-NAMES AUTHORITY START END
certificate() {
    key "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$2" -addext "subjectAltName=$3" -out "$work/$1.csr"
    openssl ca -batch -notext -config "$work/ca.cnf" -cert "$4.pem" -keyfile "$4.key" \
        -startdate "$5" -enddate "$6" -in "$work/$1.csr" -out "$work/$1.pem"
    cat "$work/$1.pem" "$1.key" >"$1.pem"
    rm "$1.key"
}

authority ca "Pyrolens test CA"
authority stranger-ca "Some other CA"
from=20200101000000Z
to=21200101000000Z
here="DNS:localhost,IP:127.0.0.1"
certificate server "test server" "$here" ca $from $to
certificate client "test client" "DNS:client" ca $from $to
certificate expired "expired server" "$here" ca $from 20210101000000Z
certificate future "future server" "$here" ca 21100101000000Z $to
certificate elsewhere "server elsewhere" "DNS:elsewhere.invalid" ca $from $to
certificate stranger "unknown server" "$here" stranger-ca $from $to
openssl ec -in server.pem -aes256 -passout pass:sesame -out locked.key
rm ca.key stranger-ca.key
