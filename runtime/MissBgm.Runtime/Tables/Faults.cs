namespace MissBgm.Runtime.Tables;

/// <summary>Collects what is wrong with a table, so that one run says it all.</summary>
/// <param name="source">What messages call the table.</param>
internal sealed class Faults(string source)
{
    private const int Shown = 20;
    private readonly List<string> _faults = [];

    /// <summary>Does something that may find a fault.</summary>
    internal void Try(Action work)
    {
        try
        {
            work();
        }
        catch (UserInputException e)
        {
            _faults.Add(e.Message);
        }
    }

    /// <summary>Refuses the table if there is a fault.</summary>
    /// <exception cref="UserInputException">There is; the message names them all.</exception>
    internal void Throw()
    {
        if (_faults.Count == 0) return;
        if (_faults.Count == 1) throw new UserInputException(_faults[0]);
        var lines = _faults.Take(Shown).Select(fault => "\n  " + Own(fault));
        var more = _faults.Count > Shown ? $"\n  and {_faults.Count - Shown} more" : "";
        throw new UserInputException($"{source}: {_faults.Count} faults:{string.Concat(lines)}{more}");
    }

    // The table is named once.
    private string Own(string fault) => fault.StartsWith(source, StringComparison.Ordinal) ? fault[source.Length..].TrimStart(':', ',', ' ') : fault;
}
