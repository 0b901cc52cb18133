namespace MissBgm.Trainer.Configuration;

/// <summary>The numbers a setting may take, and how to say so.</summary>
internal sealed record NumberRange
{
    private readonly double _minimum;
    private readonly double _maximum;
    private readonly bool _minimumAllowed;
    private readonly bool _maximumAllowed;

    private NumberRange(double minimum, bool minimumAllowed, double maximum, bool maximumAllowed)
        => (_minimum, _minimumAllowed, _maximum, _maximumAllowed) = (minimum, minimumAllowed, maximum, maximumAllowed);

    /// <summary>Above 0, at most a bound.</summary>
    public static NumberRange Positive(double maximum) => new(0, false, maximum, true);

    /// <summary>Between two bounds, both allowed.</summary>
    public static NumberRange Closed(double minimum, double maximum) => new(minimum, true, maximum, true);

    /// <summary>Strictly between two bounds.</summary>
    public static NumberRange Open(double minimum, double maximum) => new(minimum, false, maximum, false);

    /// <summary>Whether a value lies in the range; NaN never does.</summary>
    public bool Contains(double value)
        => (_minimumAllowed ? value >= _minimum : value > _minimum) && (_maximumAllowed ? value <= _maximum : value < _maximum);

    /// <inheritdoc />
    public override string ToString()
        => $"a number {(_minimumAllowed ? "from" : "above")} {_minimum} {(_maximumAllowed ? "to" : "and below")} {_maximum}";
}
