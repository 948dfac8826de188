using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>
/// What one message of a process has in common with the one before: the texts of topic and sender, types, the looks of maps. Exists from the first message
/// on, because many processes never get one. Worker of the process only.
/// </summary>
internal sealed class LuaRepeats
{
    private Topic? _lastTopic;
    private LuaValue _lastTopicText;     // anchored, as are those below
    private Pid _lastSource;
    private LuaValue _lastSourceText;
    private LuaValue _messageType;
    private LuaValue _payloadType;

    /// <summary>What maps look like.</summary>
    public LuaShapes Shapes { get; } = new();

    /// <summary>Replaces the value at the top by a message with it as payload, if all the rest is as in the last one.</summary>
    /// <returns>False, with the value still there, when it is not, or that cannot be now.</returns>
    public bool TryMakeMessage(LuaStack stack, Message message)
    {
        if (!message.Topic.Equals(_lastTopic) || !IsLast(message.Source) || _messageType.Type != Native.LuaType.Table) return false;
        var value = stack.ValueAt(-1);
        if (value.Type == Native.LuaType.Userdata || _payloadType.Type != Native.LuaType.Table) return false;
        if (!LuaPayload.TryMake(stack, value, _payloadType.Table, out var payload)) return false;
        if (!LuaValue.TryMakeUserdata(stack, LuaUserdataKind.Message, LuaMessages.ValueCount, _messageType.Table, out var made)) return false;
        made.SetUserValue(LuaMessages.TopicValue, _lastTopicText);
        made.SetUserValue(LuaMessages.FromValue, _lastSourceText);
        made.SetUserValue(LuaMessages.PayloadValue, payload);
        stack.Pop(1);
        stack.Push(made);
        return true;
    }

    /// <summary>Pushes the text of a topic. That of the last message is kept: the next one often has the same.</summary>
    public void PushTopic(LuaStack stack, Topic topic)
    {
        if (topic.Equals(_lastTopic))
        {
            stack.Push(_lastTopicText);
            return;
        }
        stack.Push(topic.Utf8);
        _lastTopicText = stack.ValueAt(-1);
        stack.PushValue(-1);
        stack.Anchor(LuaAnchors.LastTopic);
        _lastTopic = topic;
    }

    /// <summary>Pushes the PID that a message came from, likewise.</summary>
    public void PushSource(LuaStack stack, in Pid source)
    {
        if (IsLast(source))
        {
            stack.Push(_lastSourceText);
            return;
        }
        LuaMessages.PushPid(stack, source, none: "");
        _lastSourceText = stack.ValueAt(-1);
        stack.PushValue(-1);
        stack.Anchor(LuaAnchors.LastSource);
        _lastSource = source;
    }

    private bool IsLast(in Pid source) => source.Number == _lastSource.Number && !source.IsNone && source == _lastSource;

    /// <summary>Pushes a message object, in which nothing is yet.</summary>
    public void PushMessage(LuaStack stack)
    {
        stack.NewUserdata(LuaUserdataKind.Message, LuaMessages.ValueCount);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Message, ref _messageType);
    }

    /// <summary>Replaces the value at the top by a payload wrapper around it.</summary>
    public void WrapPayload(LuaStack stack) => LuaPayload.Wrap(stack, ref _payloadType);
}
