package main

import (
	"crypto/sha256"
	"encoding/base64"

	"golang.org/x/mod/sumdb/tlog"
)

// parseHashes reads one base64 hash from each line.
func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// hashText returns the entry id of a leaf.
func hashText(leaf []byte) string {
	digest := sha256.Sum256(leaf)
	return base64.RawURLEncoding.EncodeToString(digest[:])
}
