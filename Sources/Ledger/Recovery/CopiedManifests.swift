import LedgerStore
import LogReader
import Merkle

/// The manifests that copies of the log have beside their entries.
///
/// Each is taken by the digest that its entry names, and by nothing else: of a file that is damaged
/// all that still has its digest is taken, and what a checkpoint says of the copy does not matter.
struct CopiedManifests {
    private let folders: [ManifestFolder]

    /// The files of which something was not taken although it was wanted; each once.
    private(set) var passedOver: [Recovery.PassedOver] = []
    private var named: Set<Recovery.PassedOver> = []

    /// Takes the folders of exports and mirrors, the one that is asked first first.
    init(_ paths: [String]) throws(LedgerError) {
        var folders: [ManifestFolder] = []
        do throws(LogError) {
            for path in paths { folders.append(try ManifestFolder(path: path)) }
        } catch {
            throw ReturnedEntries.refusal(error)
        }
        self.folders = folders
    }

    /// Returns those of the `wanted` manifests that the copies have, by the indexes of their
    /// entries, all of which lie in one bundle.
    mutating func find(_ wanted: [UInt64: Hash]) -> [UInt64: [UInt8]] {
        guard let bundle = wanted.keys.first.map({ $0 / UInt64(TileID.width) }) else { return [:] }
        var found: [UInt64: [UInt8]] = [:]
        for folder in folders where found.count < wanted.count {
            let files: [LogFile]
            do throws(LogError) {
                files = try folder.files(ofBundle: bundle)
            } catch {
                passOver(error, StaticLayout.manifestsFolder)
                continue
            }
            for file in files where found.count < wanted.count {
                take(wanted, from: file, in: folder, bundle, &found)
            }
        }
        return found
    }

    private mutating func take(
        _ wanted: [UInt64: Hash], from file: LogFile, in folder: ManifestFolder, _ bundle: UInt64,
        _ found: inout [UInt64: [UInt8]]
    ) {
        let manifests: ManifestFile
        do throws(LogError) {
            guard let read = try folder.manifests(in: file) else { return }
            manifests = read
        } catch {
            return passOver(error, folder.location(of: file))
        }
        var unfit: [UInt64] = []
        for (index, digest) in wanted where found[index] == nil {
            let place = Int(index - bundle * UInt64(TileID.width))
            guard place < manifests.count, let shown = manifests.digest(place) else { continue }
            if shown == digest, let manifest = manifests[place] {
                found[index] = Array(manifest)
            } else {
                unfit.append(index)
            }
        }
        guard let first = unfit.min() else { return }
        passOver(
            Recovery.PassedOver(
                path: folder.location(of: file),
                reason: "has other manifests than entry \(first) "
                    + (unfit.count == 1 ? "names" : "and \(unfit.count - 1) more name")))
    }

    private mutating func passOver(_ error: LogError, _ path: String) {
        passOver(Recovery.PassedOver(path: error.file?.path ?? path, reason: error.reason))
    }

    /// Names a file, once: one that keeps several bundles back, such as a folder of them, is met at
    /// each.
    private mutating func passOver(_ file: Recovery.PassedOver) {
        if named.insert(file).inserted { passedOver.append(file) }
    }
}
