/// Files that others read while they are replaced, and that survive a power loss whole.
extension Folder {
    /// What may stand under the name before.
    public enum Placement: Hashable, Sendable {
        /// Nothing.
        case new(Permissions)

        /// Anything: a link is replaced, not followed.
        case replacing(Permissions)

        /// An ordinary file, whose owner and permissions the new one takes over, as far as the
        /// file system has them and gives them to us.
        ///
        /// Where its group is not to be had, the group that the new one has may do no more than
        /// everybody. Bits that let a program run as its owner are not taken over: no write to a
        /// file leaves them.
        case keepingOwner
    }

    /// Writes `bytes` under `name`, so that every moment shows the old contents or the new, and
    /// waits until contents and name are on the disk.
    ///
    /// A crash before the name is given leaves `.colophon-….tmp`, a name that nobody can guess:
    /// nothing reads it, and anybody may delete it. A crash after it leaves the new file.
    public func write(
        _ bytes: [UInt8], to name: String, _ placement: Placement
    ) throws(FileError) {
        try writeUnsettled(bytes, to: name, placement)
        try holder(of: name).0.synchronize()
    }

    /// The same with a name of the caller's for the file that is being written: what a crash leaves
    /// has that name, and the next write replaces it.
    ///
    /// One writer at a time: the caller sees to it.
    public func write(
        _ bytes: [UInt8], to name: String, _ placement: Placement, under temporary: String
    ) throws(FileError) {
        let folder = try holder(of: name).0
        try folder.remove(temporary)
        try put(bytes, at: name, placement, under: temporary)
        try folder.synchronize()
    }

    /// The same as ``write(_:to:_:)``, but for the name, which ``synchronize()`` of its folder
    /// makes durable.
    ///
    /// Until then a crash may leave the old contents, never a part of the new.
    public func writeUnsettled(
        _ bytes: [UInt8], to name: String, _ placement: Placement
    ) throws(FileError) {
        let temporary = Self.temporaryStart + Self.randomDigits() + Self.temporaryEnd
        try put(bytes, at: name, placement, under: temporary)
    }

    private func put(
        _ bytes: [UInt8], at name: String, _ placement: Placement, under temporary: String
    ) throws(FileError) {
        let (folder, last) = try holder(of: name)
        if placement == .keepingOwner, let found = try folder.status(of: last),
            found.kind != .file
        {
            throw FileError(folder.path(of: last), .isKind(found.kind, wanted: .file))
        }
        try naming(folder.path(of: last)) { () throws(SystemError) in
            try folder.fill(temporary, with: bytes, placement, last)
            do throws(SystemError) {
                try folder.place(temporary, at: last, placement)
            } catch {
                try? System.remove(temporary, in: folder.number)
                throw error
            }
        }
    }

    private func fill(
        _ temporary: String, with bytes: [UInt8], _ placement: Placement, _ name: String
    ) throws(SystemError) {
        let file = Descriptor(try System.create(temporary, in: number))
        do throws(SystemError) {
            try System.write(file.number, bytes)
            switch placement {
            case .new(.secret), .replacing(.secret):
                try System.setMode(file.number, Permissions.secret.fileMode)
            case .new(let permissions), .replacing(let permissions):
                try Self.courteously { () throws(SystemError) in
                    try System.setMode(file.number, permissions.fileMode)
                }
            case .keepingOwner:
                try keepOwner(of: name, in: file.number)
            }
            try System.synchronize(file.number)
        } catch {
            try? System.remove(temporary, in: number)
            throw error
        }
    }

    /// Gives an open file owner, group and permissions of `name`, as far as that is permitted.
    private func keepOwner(of name: String, in file: Int32) throws(SystemError) {
        let kept = try System.status(of: name, in: number, following: false)
        let fresh = try System.status(of: file)
        var mode = kept.mode & 0o777
        if fresh.owner != kept.owner || fresh.group != kept.group {
            var hasGroup = try Self.courteously { () throws(SystemError) in
                try System.setOwner(file, kept.owner, group: kept.group)
            }
            if !hasGroup, fresh.group == kept.group { hasGroup = true }
            if !hasGroup {
                // A member of the group may give it its group, though not its owner.
                hasGroup = try Self.courteously { () throws(SystemError) in
                    try System.setOwner(file, fresh.owner, group: kept.group)
                }
            }
            if !hasGroup { mode = mode & 0o707 | mode & (mode & 0o007) << 3 }
        }
        try Self.courteously { () throws(SystemError) in try System.setMode(file, mode) }
    }

    /// Does what a file is as good without; false where the file system does not have it.
    @discardableResult
    private static func courteously(
        _ body: () throws(SystemError) -> Void
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try body()
            return true
        } catch {
            guard error.isCourtesy else { throw error }
            return false
        }
    }

    /// Waits until the names in this folder are on the disk, where the file system can say so.
    ///
    /// For the files of somebody's work, on shares and memory sticks too; a store needs
    /// ``synchronize()``.
    public func settle() throws(FileError) {
        try naming(path) { () throws(SystemError) in
            _ = try Self.courteously { () throws(SystemError) in
                try System.synchronize(number)
            }
        }
    }

    private func place(
        _ temporary: String, at name: String, _ placement: Placement
    ) throws(SystemError) {
        guard case .new = placement else {
            return try System.rename(temporary, in: number, to: name, in: number)
        }
        do throws(SystemError) {
            // A second name is refused where it is taken, however close the race.
            try System.link(temporary, to: name, in: number)
        } catch {
            // File systems of cameras and memory sticks give no second name.
            do throws(SystemError) {
                _ = try System.status(of: name, in: number, following: false)
            } catch let absence {
                guard FileError(name, absence).isMissing else { throw absence }
                return try System.rename(temporary, in: number, to: name, in: number)
            }
            throw error
        }
        try System.remove(temporary, in: number)
    }

    private static let temporaryStart = ".colophon-"
    private static let temporaryEnd = ".tmp"

    /// Whether a crash of ours may have left a file of this name.
    public static func isTemporary(_ name: String) -> Bool {
        name.utf8.starts(with: temporaryStart.utf8)
            && name.utf8.suffix(temporaryEnd.utf8.count).elementsEqual(temporaryEnd.utf8)
    }

    /// 16 hexadecimal digits from the system's generator.
    private static func randomDigits() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = String(generator.next() as UInt64, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
