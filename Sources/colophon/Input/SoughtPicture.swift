import Encoding
import Files
import Manifests
import Studio

/// A picture that is looked for: its hashes, which are all that leaves this machine.
struct SoughtPicture {
    /// Its name, for words.
    let name: String

    /// The hash of each form that counts.
    let hashes: [PDQHash]

    /// How much there is to compare, 50 to 100; nil where only hashes were named.
    let quality: Int?

    /// Whether the hashes are those of a picture's eight forms.
    var hasForms: Bool { quality != nil }

    /// Takes hashes that somebody has named.
    init(hashes: [PDQHash]) {
        (name, self.hashes, quality) = ("the hash", hashes, nil)
    }

    /// Computes those of the file at `path`.
    init(file path: String) throws(Failure) {
        let look: PictureLook
        do throws(FileError) {
            look = try PictureDecoder.ours.look(at: InputFile(path))
        } catch {
            throw Failure(reading: error)
        }
        switch look {
        case .hashed(let hashes):
            (name, self.hashes, quality) = (path, hashes.all, hashes.quality)
        case .tooPlain(let quality):
            throw .unreadable(
                path, "is too plain to compare (quality \(quality) of 100)",
                hint: "verify FILE compares a file with its record, by its bytes")
        case .unavailable(let reason):
            throw .unreadable(path, "has no perceptual hash: \(reason.words)", hint: reason.hint)
        }
    }

    /// The members of a JSON object about it.
    var members: [(Text, JSON?)] {
        [
            ("name", .string(Text(name))),
            ("quality", quality.map { .integer(Int64($0)) }),
            ("hashes", .array(hashes.map { .string(Text("\($0)")) })),
        ]
    }
}
