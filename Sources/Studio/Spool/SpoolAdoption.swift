import Files

/// Makes a folder a spool again that was moved, restored, copied or damaged (spool.md §8).
package enum SpoolAdoption {
    /// How the chain goes on.
    package enum Way: Hashable, Sendable {
        /// The folder that it was is gone, and every record with it is here: the chain goes on.
        case moved

        /// A new chain begins at number 0; all records of the one before stay, and are sent.
        case newChain
    }

    /// Adopts the folder at `path`, and returns the spool that it is from now on.
    ///
    /// For a new chain: the tip goes first and comes last, so that a crash leaves a spool that
    /// signs nothing until it is adopted again.
    package static func adopt(_ path: String, _ way: Way) throws(SpoolError) -> Spool {
        let folder: Folder
        do throws(FileError) {
            folder = try Folder(path)
            try Ownership.requireOwn(folder: path)
        } catch {
            throw .unreadable(error)
        }
        let settings = try Spool.settings(in: folder)
        let old = Spool(folder, settings, isCopy: true)
        var adopted = settings
        let sync = try old.lockForSync()
        try sync.whileHeld { () throws(SpoolError) in
            try old.locked { () throws(SpoolError) in
                if way == .moved { _ = try old.tip() }
                do throws(FileError) {
                    try adopted.mean(folder)
                    if way == .newChain { adopted.spool = try endChain(of: old) }
                    try folder.write(
                        adopted.encoded(), to: Spool.settingsName, .replacing(.secret))
                    if way == .newChain {
                        try folder.write(
                            SpoolTip.start.encoded(), to: Spool.tipName, .replacing(.secret))
                    }
                } catch {
                    throw .unwritable(error)
                }
            }
        }
        return try Spool(path, for: .moving)
    }

    /// Ends the chain of a spool: its records get names that leave their numbers free.
    ///
    /// - Returns: the id of a new chain.
    private static func endChain(of spool: Spool) throws(FileError) -> [UInt8] {
        let (folder, id) = (spool.folder, spool.settings.spool)
        try folder.remove(Spool.tipName)
        try folder.synchronize()
        let places = try folder.folder(making: Spool.Part.places.rawValue, .secret)
        for state in SpoolRecord.State.allCases {
            let records = try folder.folder(making: state.rawValue, .secret)
            for name in try records.names() {
                guard let record = SpoolRecord(name, in: state), record.earlierChain == nil else {
                    continue
                }
                let marked = record.marked(id)
                if try places.status(of: record.placeName) != nil {
                    try places.rename(record.placeName, to: marked.placeName, in: places)
                }
                if state == .refused, try records.status(of: Spool.reasonName(record)) != nil {
                    try records.rename(
                        Spool.reasonName(record), to: Spool.reasonName(marked), in: records)
                }
                try records.rename(name, to: marked.fileName, in: records)
            }
            try records.synchronize()
        }
        // What is left tells of records that are missing.
        for name in try places.names() where name.utf8.count == SpoolRecord.digitCount {
            try places.remove(name)
        }
        try places.synchronize()
        return .random(spool.settings.spool.count)
    }
}
