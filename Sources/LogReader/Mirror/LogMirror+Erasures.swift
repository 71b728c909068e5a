import Files
import Merkle

extension LogMirror {
    /// Takes erased manifests out of every file that has them, where an erasure is new.
    ///
    /// The file of control statements says up to where that was done: it is written after all
    /// others.
    ///
    /// - Returns: the files that are none of manifests, so that nobody knows what they hold: they
    ///   are to be copied anew.
    mutating func erase(
        _ erased: Set<Hash>, _ rules: some MirrorRules, always: Bool,
        _ progress: (MirrorProgress) throws -> Void
    ) async throws -> [StaticLogWriter.BundleFile] {
        guard rules.hasManifests, !erased.isEmpty else { return [] }
        if !always {
            let folder = writer.folder
            let control = try staticFiles { () throws(FileError) in
                try folder.read(StaticLayout.control, limit: LogLimits.controlBytes)
            }
            guard !erased.isSubset(of: control.map { rules.erased(by: $0) } ?? []) else {
                return []
            }
        }
        var damaged: [StaticLogWriter.BundleFile] = []
        let files = try writer.bundles(in: StaticLayout.manifestsFolder)
        for (number, file) in files.enumerated() {
            do throws(StaticLogError) {
                try erase(erased, from: file)
            } catch {
                guard case .malformed = error else { throw error }
                damaged.append(file)
            }
            try progress(
                MirrorProgress(
                    step: .erasing, done: UInt64(number + 1), total: UInt64(files.count),
                    bytes: writer.bytes))
        }
        return damaged
    }

    /// Takes erased manifests out of one file; throws `.malformed` where it is none of manifests.
    mutating func erase(
        _ erased: Set<Hash>, from bundle: StaticLogWriter.BundleFile
    ) throws(StaticLogError) {
        let name = StaticLayout.manifests(bundle.index, width: bundle.width)
        let folder = writer.folder
        let bytes = try staticFiles { () throws(FileError) in
            try folder.read(name, limit: LogLimits.manifestsBytes)
        }
        guard let bytes else { return }
        guard let file = ManifestFile(bytes) else {
            throw .malformed(
                path: folder.path(of: name),
                rule: "is no file of manifests, and may hold one that is erased: remove it, and "
                    + "run the mirror with --recheck")
        }
        guard let rest = file.without(erased) else { return }
        try writer.put(rest, name)
        report.cleaned += 1
        if StaticLayout.width(of: bundle.index, in: memory.size) == bundle.width {
            memory[bundle.index]?.manifestsBytes = UInt32(rest.count)
        }
    }
}
