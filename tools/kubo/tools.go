//go:build tools

// Package kubo pins the IPFS daemon that the content store is tested against.
package kubo

import _ "github.com/ipfs/kubo/cmd/ipfs"
