/* SPDX-License-Identifier: MIT */
#include "dashboard/model/told.h"

#include "dashboard/model/telling.h"

#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>

static void apply_link(struct model *model, const struct told *told) {
    struct link_shown link = told->link;
    char *reason = text_cleaned(told->text);
    snprintf(link.reason, sizeof link.reason, "%s", reason != NULL ? reason : "");
    text_end_whole(link.reason);
    free(reason);
    model_set_link(model, &link, told->at_ms);
}

static int apply_clock(struct model *model, const struct told *told) {
    struct person *person = model_find_person(model, told->id);
    if (person == NULL)
        return 0;
    person->there = told->there;
    if (person->in_all)
        list_touch(&model->list, person); /* it may be in the order of clocks */
    return 0;
}

/* Those about channels and their lines. */
static int apply_in_channel(struct model *model, const struct told *told) {
    const char *cid = told->cid;
    switch (told->kind) {
    case TOLD_CHANNEL: return model_put_channel(model, cid, told->text, told->total);
    case TOLD_DIRECT: model_name_direct(model, cid); break;
    case TOLD_GONE: model_drop_channel(model, cid); break;
    case TOLD_MEMBERS: return model_set_members(model, cid, told->ids, told->id_count);
    case TOLD_MEMBER: return model_put_member(model, cid, told->id);
    case TOLD_LEFT: model_remove_member(model, cid, told->id); break;
    case TOLD_ROLE: return model_set_role(model, cid, told->id, told->text);
    case TOLD_LINE: return model_put_line(model, cid, &told->line);
    case TOLD_REPLY: return model_put_reply(model, cid, told->id, &told->line);
    case TOLD_LINES: return model_set_lines(model, cid, told->lines, told->line_count);
    case TOLD_LINE_GONE: model_drop_line(model, cid, told->id); break;
    case TOLD_CLEARED: model_clear_lines(model, cid); break;
    case TOLD_UNREAD: model_set_unread(model, cid, told->unread, told->until_ms); break;
    case TOLD_TYPING: model_set_typing(model, cid, told->ids, told->id_count); break;
    case TOLD_WATCHERS: return model_set_watchers(model, cid, told->ids, told->id_count);
    case TOLD_WATCHES: return model_set_watches(model, cid, told->id, told->flag, told->at_ms);
    default: break;
    }
    return 0;
}

int told_apply(struct model *model, const struct told *told) {
    const int64_t now_ms = told->at_ms;
    switch (told->kind) {
    case TOLD_LINK: apply_link(model, told); break;
    case TOLD_PERSON: return model_put_person(model, &told->person, now_ms);
    case TOLD_CLOCK: return apply_clock(model, told);
    case TOLD_ME: model_set_me(model, told->text, told->flag, now_ms); break;
    case TOLD_LIGHT_FAILED: model_light_failed(model, told->text); break;
    case TOLD_KNOWN: model->channels_known = true; break;
    case TOLD_NOTE: model_note(model, told->text, now_ms); break;
    case TOLD_MISSED:
        model_missed(model, told->ids, told->id_count, told->text, now_ms);
        break;
    case TOLD_RESYNCED: model_resynced(model, told->came, told->left, now_ms); break;
    case TOLD_TOAST: model_set_toast(model, told->text, told->until_ms); break;
    default: return apply_in_channel(model, told);
    }
    return 0;
}
