import Capture
import Crypto
import Encoding
import Manifests
import Merkle

/// The Content Credentials that a file carries, as a manifest names them.
enum CarriedCredentials {
    /// Bytes that are hashed at once.
    private static let partBytes: UInt64 = 256 << 10

    /// Finds the C2PA manifest store of a file, and takes its digest.
    static func look(
        into file: some PictureBytes
    ) -> Result<ProvenanceFacts.ContentCredentials, NoCredentials> {
        Result { () throws(NoCredentials) in
            let store = try CredentialStore(file)
            do throws(PictureFault) {
                return ProvenanceFacts.ContentCredentials(
                    manifestStoreSHA256: try digest(of: store.pieces, in: file),
                    manifestURN: Text(store.manifestURN))
            } catch {
                throw .damaged(error)
            }
        }
    }

    /// SHA-256 of pieces of a file, one after another; read a part at a time.
    private static func digest(
        of pieces: [Range<UInt64>], in file: some PictureBytes
    ) throws(PictureFault) -> Hash {
        var hasher = SHA256()
        for piece in pieces {
            var place = piece.lowerBound
            while place < piece.upperBound {
                let count = Int(min(partBytes, piece.upperBound - place))
                let part = try file.read(at: place, count: count)
                // A file that others write meanwhile may have become shorter.
                guard part.count == count else { throw .outside }
                hasher.update(data: part)
                place += UInt64(count)
            }
        }
        guard let digest = Hash(Array(hasher.finalize())) else {
            preconditionFailure("a SHA-256 is as long as a hash of a tree")
        }
        return digest
    }
}
