import Compression
import Encoding
import Keys

extension FuzzTarget {
    /// However a file is cut, the same bytes or an error come out, within the limit.
    ///
    /// The first byte chooses the pieces.
    static func gzip(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let limit = 64 * 1024
        let file = Array(bytes.dropFirst())
        let whole = try? GzipInflater.inflated(file, limit: limit)
        let cut = try? inflated(Pieces.cut(file, Pieces.sizes(bytes.first ?? 0)), limit: limit)
        try hold(whole == cut, "pieces of a file give the content of the whole")
        guard let whole else { return false }
        try hold(whole.count <= limit, "content keeps to the limit")
        let again = try? GzipInflater.inflated(GzipDeflater.deflated(whole), limit: limit)
        try hold(again == whole, "content comes back from its file")
        return true
    }

    private static func inflated(
        _ pieces: [ArraySlice<UInt8>], limit: Int
    ) throws(GzipError) -> [UInt8] {
        var inflater = GzipInflater()
        var content: [UInt8] = []
        for piece in pieces {
            content += try inflater.inflate(Array(piece), limit: limit - content.count)
        }
        try inflater.finish()
        return content
    }

    /// A key that is read can be written and is the same; an error is one plain line.
    static func pem(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let publicKey = Result { () throws(KeyFileError) in try KeyFile.publicKey(pem: text) }
        let privateKey = Result { () throws(KeyFileError) in try KeyFile.privateKey(pem: text) }
        switch publicKey {
        case .success(let key):
            let again = try? KeyFile.publicKey(pem: KeyFile.pem(of: key))
            try hold(again == key, "a public key comes back from its file")
            return true
        case .failure(let error):
            try isPlain("\(error)", "an error")
        }
        switch privateKey {
        case .success(let key):
            let again = try? KeyFile.privateKey(pem: KeyFile.pem(of: key))
            try hold(again?.publicKey == key.publicKey, "a private key comes back from its file")
            return true
        case .failure(let error):
            try isPlain("\(error)", "an error")
        }
        return false
    }

    /// The same for what is inside a PEM block, whatever its label says.
    static func der(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        var isKey = false
        for label in ["PUBLIC KEY", "PRIVATE KEY", "EC PRIVATE KEY"] {
            let block = [
                "-----BEGIN \(label)-----", Base64.encode(bytes), "-----END \(label)-----", "",
            ]
            if try pem(Array(block.joined(separator: "\n").utf8)) { isKey = true }
        }
        return isKey
    }
}
