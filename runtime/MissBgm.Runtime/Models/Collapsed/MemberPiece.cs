namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// A few of a mixture's members, with every row under each: what graphs hold of all members at once is far more than the processor's
/// cache has room for.
/// </summary>
/// <param name="First">The first member.</param>
/// <param name="Count">How many.</param>
internal readonly record struct MemberPiece(int First, int Count)
{
    private const int StackedRows = 1024;

    /// <summary>Cuts the members so that about 1,024 rows are at work at once, or those of one member.</summary>
    /// <param name="rows">Rows under each member.</param>
    /// <param name="members">M.</param>
    internal static IEnumerable<MemberPiece> Cut(int rows, int members)
    {
        var each = Math.Max(1, StackedRows / Math.Max(1, rows));
        for (var first = 0; first < members; first += each) yield return new MemberPiece(first, Math.Min(each, members - first));
    }

    /// <summary>The members of the stack of rows, member after member, [Count * rows].</summary>
    /// <param name="rows">Rows under each member.</param>
    internal float[] Of(int rows)
    {
        var members = new float[Count * rows];
        for (var i = 0; i < members.Length; i++) members[i] = First + i / rows;
        return members;
    }
}
