namespace Wippy.Shared.Registry;

/// <summary>How a host interrupts a program that has run for its time slice.</summary>
internal enum Preemption
{
    /// <summary>Lua counts instructions. Every program pays for it, up to half of its speed; nothing but Lua's own functions is used.</summary>
    Hook,

    /// <summary>A thread watches, and writes into the Lua state of who runs too long. Nobody else pays.</summary>
    Monitor,
}
